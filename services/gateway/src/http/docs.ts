/** The API reference: Swagger UI over our own documents. */
export const docsPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>TradeSage API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<style>
  body { margin: 0; background: #fafafa }
  .swagger-ui .info { margin: 24px 0 }
</style>
</head>
<body>
<div id="reference"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

export const docsScript = `SwaggerUIBundle({
  url: "/openapi.json",
  domNode: document.getElementById("reference"),
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayOperationId: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

/** What a problem's `type` leads to. */
export const problemPage = (
  code: string,
  { status, title }: { status: number; title: string },
): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${code}</title></head>
<body><h1>${code}</h1><p>${title}.</p><p>HTTP status ${status}. See <a href="/docs">the API reference</a>.</p></body>
</html>
`;
