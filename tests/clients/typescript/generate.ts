/** Generates types of a schema and of operations: generate.ts SCHEMA OPERATIONS FILE. */

import { readFileSync, writeFileSync } from "node:fs";

import { codegen } from "@graphql-codegen/core";
import * as documents from "@graphql-codegen/typed-document-node";
import * as operations from "@graphql-codegen/typescript-operations";
import { parse } from "graphql";

const [schema = "", location = "", filename = ""] = process.argv.slice(2);

const code = await codegen({
  schema: parse(readFileSync(schema, "utf8")),
  documents: [{ location, document: parse(readFileSync(location, "utf8")) }],
  filename,
  config: { scalars: { DateTime: "string" }, strictScalars: true, useTypeImports: true },
  pluginMap: { operations, documents },
  plugins: [{ operations: {} }, { documents: {} }],
});
writeFileSync(filename, code);
