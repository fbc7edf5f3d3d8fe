/** A caller's program in types generated of the OpenAPI document: save.ts ADDRESS KEY SHOP_ID. */

import createClient from "openapi-fetch";

import type { components, paths } from "./generated.ts";

type Problem = components["schemas"]["Problem"];

const [baseUrl = "", apiKey = "", shop = ""] = process.argv.slice(2);
const shop_id = Number(shop);
const client = createClient<paths>({ baseUrl, headers: { "X-API-Key": apiKey } });

const created = await client.POST("/batch/repair_orders", {
  body: [{ shop_id, repair_orders: [{ repair_number: "1", vehicle: { year: 2000 } }] }],
});
const changed = await client.PATCH("/batch/repair_orders", {
  body: [{ shop_id, repair_orders: [{ repair_number: "1", vehicle: null, rental_car: true }] }],
});
const refused = await client.POST("/batch/repair_orders", {
  body: [
    {
      shop_id,
      repair_orders: [{ repair_number: "1" }, { repair_number: "2", total_estimated_hours: -1 }],
    },
  ],
});
const answers = [created, changed, refused];
console.log(JSON.stringify(answers.map(({ data, error }) => data?.saved ?? told(error))));

function told(problem: Problem | undefined): string[] {
  return problem?.errors?.map(toldOf) ?? [problem?.detail ?? ""];
}

function toldOf(problem: NonNullable<Problem["errors"]>[number]): string {
  switch (problem.code) {
    case "REPAIR_ORDER_NUMBER_IS_DUPLICATED":
      return `${problem.pointer}: ${problem.duplicate_of}`;
    case "INVALID_INPUT":
      return `${problem.pointer}: ${problem.reason}`;
    default:
      return problem.message;
  }
}
