/** Audits an endpoint by the suite of graphql-http: GraphQL over HTTP, as its authors test it. */

import { serverAudits } from "graphql-http";

const [url = "", headers = "{}"] = process.argv.slice(2);

// Each audit sends its own headers; these go along with them.
const fetchFn = (input: string, init: RequestInit = {}) =>
  fetch(input, { ...init, headers: { ...JSON.parse(headers), ...init.headers } });

const results = [];
for (const audit of serverAudits({ url, fetchFn })) {
  const { id, name, status } = await audit.fn();
  results.push({ id, name, status });
}
console.log(JSON.stringify(results));
