/** A caller's program in generated types: it knows some errors, and is ready for others. */

import { GraphQLClient } from "graphql-request";

import {
  type FailureFragment,
  type PatchMutation,
  type RepairOrderInput,
  UpsertDocument,
  type UpsertMutation,
} from "./generated.ts";

type Result = UpsertMutation["upsertRepairOrders"] | PatchMutation["patchRepairOrders"];
type Problem = Extract<Result, { __typename: "BatchRejectedError" }>["errors"][number];
type GatewayError = Pick<FailureFragment, "code" | "message">;

/** Create repair orders; null is sent, and undefined is left out. */
export async function create(client: GraphQLClient, shopId: number): Promise<string[]> {
  const order: RepairOrderInput = { repairNumber: "1", status: null, rentalCar: undefined };
  const input = { shops: [{ shopId, repairOrders: [order] }] };
  const { upsertRepairOrders } = await client.request(UpsertDocument, { input });
  return told(upsertRepairOrders);
}

/** What became of a batch. */
export function told(result: Result): string[] {
  switch (result.__typename) {
    case "UpsertRepairOrdersSuccess":
    case "PatchRepairOrdersSuccess":
      return result.saved.map((order) => order.repairNumber);
    case "BatchRejectedError":
      return result.errors.map(toldOf);
    case "MixedUpsertError":
      return result.knownNew.map((order) => `${order.repairNumber} is new`);
    case "RateLimitedError":
      return [`wait ${result.retryAfterSeconds ?? 1} seconds`];
    default:
      return [other(result)];
  }
}

function toldOf(problem: Problem): string {
  switch (problem.__typename) {
    case "DuplicateRepairOrderError":
      return `${problem.path.join("/")}: ${problem.duplicateOf}`;
    case "InvalidInputError":
      return `${problem.path.join("/")}: ${problem.reason}`;
    default:
      return other(problem);
  }
}

function other({ message }: GatewayError): string {
  return message;
}
