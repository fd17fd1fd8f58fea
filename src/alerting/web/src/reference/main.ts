/** The reference of the API: its OpenAPI document, drawn by Swagger UI. */

import "swagger-ui-dist/swagger-ui.css";
import "./reference.css";
import SwaggerUi from "swagger-ui-dist/swagger-ui-es-bundle.js";

SwaggerUi({
  url: "/api/openapi.json",
  domNode: document.getElementById("app"),
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  filter: true,
  // Nothing is sent from here: the reader's session would raise a real alert.
  supportedSubmitMethods: [],
  // Fields for values would be disabled, and have no names for a screen reader.
  plugins: [{ wrapComponents: { JsonSchemaForm: () => () => null } }],
  // Swagger UI would otherwise have the document checked elsewhere.
  validatorUrl: null,
});
