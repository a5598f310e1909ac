// Shows the document that the page names. Nothing is loaded from elsewhere.
const page = document.getElementById("swagger-ui");
SwaggerUIBundle({
  url: page.dataset.document,
  domNode: page,
  deepLinking: true,
  displayRequestDuration: true,
  validatorUrl: null,
});
