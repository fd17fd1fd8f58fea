/** The map's texts, shared by the page around it and the Leaflet part. */

import { texts } from "../language";

/** The reader of these texts. */
export const t = texts(
  {
    map: "地图",
    loading: "正在读取地图……",
    nothing: "没有一户登记了坐标，也没有标出灾害位置。",
    ground: "没有配置底图：只显示位置关系。",
    hazard: "灾害位置",
    assembly: (place: string) => `集合点：${place}`,
    eachOwn: "各村自己的集合点",
    part: (name: string) => `${name}：只看这里`,
  },
  {
    map: "Map",
    loading: "Reading the map…",
    nothing: "No household has coordinates, and the hazard has no place.",
    ground: "No ground is configured: it shows where things lie to each other.",
    hazard: "Hazard",
    assembly: (place) => `Assembly point: ${place}`,
    eachOwn: "each village's own",
    part: (name) => `${name}: show only this`,
  },
);
