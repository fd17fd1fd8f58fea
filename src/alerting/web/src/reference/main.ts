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
  // Requests are disabled: with the reader's session, one could raise an actual alert.
  supportedSubmitMethods: [],
  // Input fields would be disabled, and have no names for screen readers.
  plugins: [{ wrapComponents: { JsonSchemaForm: () => () => null } }],
  // Otherwise Swagger UI would send the document to another host for validation.
  validatorUrl: null,
});
