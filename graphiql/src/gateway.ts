/** What the gateway tells its page, in an attribute, since no script may stand in the page. */

interface Gateway {
  version: string;
  mode: "embedded" | "proxy";
  introspection: "on" | "keyed" | "off";
  api_key_header: string;
  /** The key that everybody knows; empty where there is no demo. */
  api_key: string;
}

export const root = document.getElementById("page")!;
export const gateway: Gateway = JSON.parse(root.dataset.gateway!);

const WITH_IT = gateway.introspection === "keyed" ? ".\n  // With it come documentation and completion" : "";
const HINT = gateway.api_key ? "" : `  // Your API key, which this page never stores${WITH_IT}:\n`;

/** The headers of a tab that nobody has edited. */
export const headers = `{
${HINT}  ${JSON.stringify(gateway.api_key_header)}: ${JSON.stringify(gateway.api_key)}
}`;
