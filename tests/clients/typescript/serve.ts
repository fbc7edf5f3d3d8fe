/** The part that the programs share: requests come in, one a line, and answers go out. */

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

import { type DocumentNode, Kind, parse, separateOperations } from "graphql";

/** An operation to run against a gateway. */
export interface Asked {
  url: string;
  headers: Record<string, string>;
  document: DocumentNode;
  isMutation: boolean;
  variables: Record<string, unknown>;
}

/** What a client makes of the answer. */
export type Answer = { data: unknown } | { errors: readonly unknown[] };

/** Run what is asked for on standard input until it ends. */
export async function serve(run: (asked: Asked) => Promise<Answer>): Promise<void> {
  const documents = separateOperations(parse(readFileSync(process.argv[2] ?? "", "utf8")));
  for await (const line of createInterface({ input: process.stdin })) {
    const { url, headers, operation, variables } = JSON.parse(line);
    const document = documents[operation] as DocumentNode;
    const isMutation = document.definitions.some(
      (part) => part.kind === Kind.OPERATION_DEFINITION && part.operation === "mutation",
    );
    const answer = await run({ url, headers, document, isMutation, variables: meant(variables) });
    console.log(JSON.stringify(answer));
  }
}

/** The variables as a program has them: what is left out is often there, as undefined. */
function meant(value: any): any {
  if (value === "<left out>") {
    return undefined;
  }
  if (Array.isArray(value)) {
    return value.map(meant);
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, meant(part)]));
  }
  return value;
}
