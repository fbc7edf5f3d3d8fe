/** Runs operations in urql, with its cache as it is out of the box. */

import { cacheExchange, Client, fetchExchange } from "@urql/core";

import { type Answer, type Asked, serve } from "./serve.ts";

await serve(async ({ url, headers, isMutation, document, variables }: Asked): Promise<Answer> => {
  const client = new Client({
    url,
    fetchOptions: { headers },
    exchanges: [cacheExchange, fetchExchange],
    preferGetMethod: false,
  });
  const { data, error } = isMutation
    ? await client.mutation(document, variables).toPromise()
    : await client.query(document, variables).toPromise();
  if (error?.networkError) {
    throw error.networkError;
  }
  return error ? { errors: error.graphQLErrors } : { data };
});
