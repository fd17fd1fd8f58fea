declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  interface Options {
    readonly url: string;
    readonly domNode: HTMLElement | null;
    readonly docExpansion: "list";
    readonly defaultModelsExpandDepth: number;
    readonly filter: boolean;
    readonly supportedSubmitMethods: readonly string[];
    readonly plugins: readonly {
      readonly wrapComponents: Readonly<Record<string, () => () => null>>;
    }[];
    readonly validatorUrl: null;
  }
  export default function SwaggerUi(options: Options): void;
}
