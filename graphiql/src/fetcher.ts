import type { Fetcher } from "@graphiql/toolkit";

/** Runs an operation; a header without a value is not sent. */
export const fetcher: Fetcher = async ({ query, variables, operationName }, options) => {
  // GraphiQL learns a moment late that another tab has another operation.
  const isNamed = operationName && query.includes(operationName);
  const filled = Object.entries(options?.headers ?? {}).filter(([, value]) => value !== "");
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "Content-Type": "application/json", ...Object.fromEntries(filled) },
    body: JSON.stringify({ query, variables, ...(isNamed && { operationName }) }),
  });
  return response.json();
};
