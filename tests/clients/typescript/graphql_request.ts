/** Runs operations in graphql-request. */

import { ClientError, GraphQLClient } from "graphql-request";

import { type Answer, type Asked, serve } from "./serve.ts";

await serve(async ({ url, headers, document, variables }: Asked): Promise<Answer> => {
  try {
    return { data: await new GraphQLClient(url, { headers }).request(document, variables) };
  } catch (error) {
    if (error instanceof ClientError && error.response.errors) {
      return { errors: error.response.errors };
    }
    throw error;
  }
});
