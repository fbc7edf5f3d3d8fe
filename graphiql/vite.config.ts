import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

export default defineConfig({
  base: "/-/graphiql/",
  build: {
    // Every file but index.html has its hash in its name, and none is put into another.
    assetsDir: "",
    assetsInlineLimit: 0,
    // Monaco alone is larger than what Vite warns of.
    chunkSizeWarningLimit: 5_000,
    license: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      checks: {
        // Libraries mark what React's servers must leave to the browser, which is everything here.
        moduleLevelDirective: false,
      },
    },
    target: "es2022",
  },
  plugins: [compressed()],
  worker: { format: "es" },
});

/** Put a gzip and a brotli beside each file that is worth it. */
function compressed(): Plugin {
  let folder = "";
  return {
    name: "compressed",
    apply: "build",
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    closeBundle() {
      for (const name of readdirSync(folder)) {
        const path = join(folder, name);
        const bytes = readFileSync(path);
        if (bytes.length > 1_000 && name !== "index.html") {
          writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
          // The best quality saves 8 % more, and takes ten times as long.
          const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
          writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
        }
      }
    },
  };
}
