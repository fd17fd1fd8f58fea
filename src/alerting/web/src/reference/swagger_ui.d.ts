declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  interface Options {
    readonly url: string;
    readonly domNode: HTMLElement | null;
    readonly docExpansion: "list";
    readonly defaultModelsExpandDepth: number;
    readonly filter: boolean;
    readonly supportedSubmitMethods: readonly string[];
    readonly validatorUrl: null;
  }
  export default function SwaggerUi(options: Options): void;
}
