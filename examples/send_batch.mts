/**
 * Creates a batch of repair orders through the AutoSpot gateway, and acts on every answer.
 *
 * Needs nothing but Node.js 22.18 or newer; run it with a file of repair orders:
 * node send_batch.mts orders.json
 */

import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

const ENDPOINT = process.env["AUTOSPOT_URL"] ?? "http://127.0.0.1:8000/graphql";
const KEY = process.env["AUTOSPOT_KEY"] ?? "demo-key";
const ATTEMPTS = Number(process.env["AUTOSPOT_ATTEMPTS"] ?? 5);
const TIMEOUT = 90_000; // The gateway itself gives up after 60 seconds.

const MUTATION = `
mutation SendBatch($input: UpsertRepairOrdersInput!) {
  upsertRepairOrders(input: $input) {
    ... on UpsertRepairOrdersSuccess { saved { shopId repairNumber } }
    ... on GatewayError { code message }
    ... on RequestError { requestId retryable }
    ... on BatchRejectedError { errors { ... on ItemError { message path } } }
    ... on RateLimitedError { retryAfterSeconds }
    ... on UpstreamUnavailableError { retryAfterSeconds }
  }
}`;

type Result = Success | Rejected | GatewayError;

interface Success {
  saved: { shopId: number; repairNumber: string }[];
}

interface GatewayError {
  code: string;
  message: string;
  retryable: boolean;
  requestId: string;
  retryAfterSeconds?: number | null;
}

interface Rejected extends GatewayError {
  errors: { message: string; path: string[] }[];
}

// What this program makes of an answer that does not come, in the words of the gateway.
const NOT_REACHED: GatewayError = {
  code: "UPSTREAM_UNAVAILABLE",
  message: `The gateway was not reached at ${ENDPOINT}: is it running there?`,
  retryable: true,
  requestId: "",
};
const NO_ANSWER: GatewayError = {
  code: "OUTCOME_UNKNOWN",
  message: "The gateway did not answer.",
  retryable: true,
  requestId: "",
};

/** Send the repair orders of a file; the exit code is 0 when they are saved. */
async function main(file: string): Promise<number> {
  const result = await send(JSON.parse(readFileSync(file, "utf8")));
  if ("saved" in result) {
    for (const { shopId, repairNumber } of result.saved) {
      console.log(`Saved repair order ${repairNumber} of shop ${shopId}.`);
    }
    return 0;
  }
  if ("errors" in result) {
    // All or nothing: correct these in the source, then send the whole batch again.
    console.log("Nothing was saved.");
    for (const { path, message } of result.errors) {
      console.log(`${path.join("/")}: ${message}`);
    }
  } else {
    // A wrong key, or no hope for now, or an error that is newer than this program.
    const asked = result.requestId && ` Request ${result.requestId}.`;
    console.log(`${result.code}: ${result.message}${asked}`);
  }
  return 1;
}

/** Send a batch until it is clear what became of it, or the attempts are used up. */
async function send(shops: unknown): Promise<Result> {
  let onDuplicate = "REJECT";
  let result: Result = NOT_REACHED;
  for (let left = ATTEMPTS - 1; left >= 0; left--) {
    result = await attempt({ shops, onDuplicate });
    if ("saved" in result) {
      break;
    }
    if (result.code === "OUTCOME_UNKNOWN" && onDuplicate === "REJECT") {
      // All of it may be saved already, and then would be refused as duplicates.
      onDuplicate = "UPDATE";
    } else if (result.retryable && left > 0) {
      const wait = result.retryAfterSeconds ?? 2;
      console.error(`${result.message} Trying again in ${wait} s.`);
      await setTimeout(1000 * wait);
    } else {
      break;
    }
  }
  return result;
}

/** Send a batch once; returns the mutation's result. */
async function attempt(input: object): Promise<Result> {
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(ENDPOINT, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-API-Key": KEY },
      body: JSON.stringify({ query: MUTATION, variables: { input } }),
      signal: AbortSignal.timeout(TIMEOUT),
    });
    text = await answer.text();
  } catch (error) {
    const cause = error instanceof Error ? (error.cause as { code?: string } | undefined) : null;
    return NEVER_CONNECTED.has(cause?.code ?? "") ? NOT_REACHED : NO_ANSWER;
  }
  if (answer.status >= 500) {
    return NO_ANSWER; // from something between here and the gateway
  }
  const { data, errors } = JSON.parse(text);
  if (errors) {
    // GraphQL itself refused the request: the program is wrong, not the repair orders.
    throw new Error(JSON.stringify(errors));
  }
  return data.upsertRepairOrders;
}

const NEVER_CONNECTED = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "ERR_INVALID_URL",
  "UND_ERR_CONNECT_TIMEOUT",
]);

process.exitCode = await main(process.argv[2] ?? "orders.json");
