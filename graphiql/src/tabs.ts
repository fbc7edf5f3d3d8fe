/** The tabs of a first visit: each runs as it stands, as often as it is run. */

import { gateway } from "./gateway";

const SHOP = 33;
// A number of its own for each page that is opened, so that what is created is new.
const FRESH = String(Math.floor(Date.now() / 1000));
// The demo makes this repair order at its start; elsewhere the first tab makes one.
const EXISTING = gateway.api_key ? "700101" : FRESH;

const PROBLEM = `
fragment Problem on GatewayError {
  code
  message
  ... on BatchRejectedError {
    errors {
      __typename
      ... on ItemError { code message path }
    }
  }
}
`;

const CREATE = `# Saves the repair order in Variables, below:
# press the pink button, or Ctrl+Enter.
# Pressed again, it updates the order it finds;
# without onDuplicate it would refuse.
mutation CreateRepairOrder(
  $input: UpsertRepairOrdersInput!
) {
  upsertRepairOrders(input: $input) {
    __typename
    ... on UpsertRepairOrdersSuccess {
      saved { shopId repairNumber action }
    }
    ...Problem
  }
}
${PROBLEM}`;

const FIX_PHONE_NUMBER = `# Changes the fields that are sent, and no other:
# left out is unchanged, null is cleared.
mutation FixPhoneNumber(
  $shops: [ShopRepairOrdersPatch!]!
) {
  patchRepairOrders(input: { shops: $shops }) {
    __typename
    ... on PatchRepairOrdersSuccess {
      saved {
        repairNumber
        action
        repairOrder { customer { firstName phoneNumber } }
      }
    }
    ...Problem
  }
}
${PROBLEM}`;

const REPLACE_TEAM = `# A list is replaced as a whole:
# the two in Variables are the team from now on.
mutation ReplaceTeam(
  $shops: [ShopRepairOrdersPatch!]!
) {
  patchRepairOrders(input: { shops: $shops }) {
    __typename
    ... on PatchRepairOrdersSuccess {
      saved {
        repairNumber
        action
        repairOrder { repairTeam { memberId lastName title } }
      }
    }
    ...Problem
  }
}
${PROBLEM}`;

const ALL_OR_NOTHING = `# The third of three repair orders is wrong, twice:
# none is saved, and each problem has its place.
mutation AllOrNothing(
  $input: UpsertRepairOrdersInput!
) {
  upsertRepairOrders(input: $input) {
    __typename
    ... on UpsertRepairOrdersSuccess { savedCount }
    ... on GatewayError { code message }
    ... on BatchRejectedError {
      errorCount
      errors {
        __typename
        ... on ItemError { code message path }
        ... on InvalidInputError { reason }
        ... on DuplicateRepairOrderError { firstPath }
      }
    }
  }
}
`;

const READ_BACK = `# Reads the repair orders of the other tabs;
# created is null until the first tab has run.
query ReadBack(
  $shopId: Int!
  $created: String!
  $changed: String!
) {
  created: repairOrder(
    shopId: $shopId, repairNumber: $created
  ) { ...Order }
  changed: repairOrder(
    shopId: $shopId, repairNumber: $changed
  ) { ...Order }
}

fragment Order on RepairOrder {
  repairNumber
  status
  totalEstimatedHours
  scheduledArrival
  vehicle { year make model color }
  customer { firstName lastName phoneNumber }
  insurance { name }
  repairTeam { memberId firstName title }
  updatedAt
}
`;

const created = {
  repairNumber: FRESH,
  status: "Active",
  scheduledArrival: "2020-03-11T00:00:00Z",
  scheduledComplete: "2020-03-12T00:00:00Z",
  scheduledDelivery: "2020-03-13T00:00:00Z",
  rentalCar: true,
  totalEstimatedHours: 48,
  vehicle: { year: 2000, make: "Chevrolet", model: "Silverado", color: "Red" },
  customer: {
    firstName: "Bilbo",
    lastName: "Baggins",
    email: "test@email.com",
    phoneNumber: "5553337777",
  },
  insurance: { name: "State Farm" },
  repairTeam: [
    { id: "4849843", firstName: "Meriadoc", lastName: "Brandybuck", title: "Estimator" },
  ],
};

const team = [
  { id: "4849843", firstName: "Meriadoc", lastName: "Brandybuck", title: "Estimator" },
  { id: "4849844", firstName: "Peregrin", lastName: "Took", title: "Painter" },
];

const inShop = (...repairOrders: object[]) => [{ shopId: SHOP, repairOrders }];

const written = [
  tab(CREATE, { input: { onDuplicate: "UPDATE", shops: inShop(created) } }),
  tab(FIX_PHONE_NUMBER, {
    shops: inShop({ repairNumber: EXISTING, customer: { phoneNumber: "555-0199" } }),
  }),
  tab(REPLACE_TEAM, { shops: inShop({ repairNumber: EXISTING, repairTeam: team }) }),
  tab(ALL_OR_NOTHING, {
    input: {
      onDuplicate: "REJECT",
      shops: inShop(
        { repairNumber: `${FRESH}-1`, status: "Active" },
        { repairNumber: `${FRESH}-2`, status: "Active" },
        { repairNumber: `${FRESH}-1`, scheduledArrival: "tomorrow" },
      ),
    },
  }),
];

const readBack = tab(READ_BACK, { shopId: SHOP, created: FRESH, changed: EXISTING });

// A remote AutoSpot cannot be read.
export const tabs = gateway.mode === "proxy" ? written : [...written, readBack];

function tab(query: string, variables: object) {
  return { query, variables: JSON.stringify(variables, null, 2) };
}
