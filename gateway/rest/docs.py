"""The page that shows the REST API: Swagger UI, served from here alone."""

from fastapi import Request, Response
from starlette.staticfiles import StaticFiles

from gateway.rest.caching import NO_CACHE

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>AutoSpot Batch API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/-/docs/files/swagger-ui.css">
<style>
/* There are no links between answers, and one server. */
.swagger-ui .response-col_links { display: none; }
.swagger-ui .scheme-container .schemes .schemes-server-container { display: none; }
.swagger-ui .scheme-container .schemes { justify-content: flex-end; }
/* Black on black, in Swagger UI 5.34. */
.dark-mode .swagger-ui .headers-wrapper td { color: inherit; }
</style>
</head>
<body>
<div id="page"></div>
<script src="/-/docs/files/swagger-ui-bundle.js"></script>
<script src="/-/docs/start.js"></script>
</body>
</html>
"""

_SCRIPT = """const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();
SwaggerUIBundle({
  url: "/-/openapi.json",
  dom_id: "#page",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
"""

# Swagger UI styles its elements in place, and draws its icons from data URLs.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


async def docs_page(_request: Request) -> Response:
    """Answer with the page."""
    headers = {"Content-Security-Policy": _POLICY, **NO_CACHE}
    return Response(_PAGE, headers=headers, media_type="text/html")


async def docs_script(_request: Request) -> Response:
    """Answer with what starts Swagger UI; the policy keeps it out of the page."""
    return Response(_SCRIPT, headers=NO_CACHE, media_type="text/javascript")


def docs_files() -> StaticFiles:
    """The files of Swagger UI, which come with a package."""
    return StaticFiles(packages=[("fastapi_swagger", "resources")])
