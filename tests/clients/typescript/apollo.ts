/** Runs operations in Apollo Client, with its cache as it is out of the box. */

import { ApolloClient, HttpLink, InMemoryCache } from "@apollo/client";
import { CombinedGraphQLErrors } from "@apollo/client/errors";

import { type Answer, type Asked, serve } from "./serve.ts";

await serve(async ({ url, headers, isMutation, document, variables }: Asked): Promise<Answer> => {
  const client = new ApolloClient({
    link: new HttpLink({ uri: url, headers }),
    cache: new InMemoryCache(),
  });
  try {
    // A result that went through the cache has lost what was asked for by an interface, such as
    // GatewayError, since the cache does not know which types implement it.
    const { data } = isMutation
      ? await client.mutate({ mutation: document, variables, fetchPolicy: "no-cache" })
      : await client.query({ query: document, variables });
    return { data };
  } catch (error) {
    if (CombinedGraphQLErrors.is(error)) {
      return { errors: error.errors };
    }
    throw error;
  }
});
