// Makes the calls on standard input, one a line, of each base URL, and prints what it sees of each.
import { readFileSync } from "node:fs";

const calls = readFileSync(0, "latin1").split("\n");

for (const base of process.argv.slice(2)) {
  for (const call of calls) {
    const [method, target, framing, body, ...headers] = call.split("\t");
    const bytes = Buffer.from(body, "base64");
    const response = await fetch(base + target, {
      method,
      headers: headers.map((header) => header.split(": ")),
      body: { nothing: undefined, length: bytes, chunks: new Blob([bytes]).stream() }[framing],
      duplex: "half",
      redirect: "manual",
    });
    const seen = Buffer.from(await response.arrayBuffer()).toString("base64");
    const fields = [...response.headers].map(([name, value]) => `${name}: ${value}`);
    console.log([response.status, seen, ...fields].join("\t"));
  }
}
