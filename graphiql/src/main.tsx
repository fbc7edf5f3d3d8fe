import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "@graphiql/plugin-explorer/style.css";
import "./page.css";
import { explorerPlugin } from "@graphiql/plugin-explorer";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { GraphiQL } from "graphiql";
import { useState } from "react";
import { createRoot } from "react-dom/client";
import { fetcher } from "./fetcher";
import { gateway, headers, root } from "./gateway";
import { CarriedHeaders } from "./headers";
import { KeyedSchema } from "./schema";
import { isFirstVisit, storage } from "./storage";
import { tabs } from "./tabs";

const plugins = [HISTORY_PLUGIN, explorerPlugin()];
// GraphiQL shows the query of the first of its default tabs, and forgets its variables.
const initial = isFirstVisit ? { initialVariables: tabs[0]?.variables } : {};

/** GraphiQL, with the schema of a gateway that tells it. */
function Page() {
  const [isTold, setIsTold] = useState(gateway.introspection === "on");
  return (
    <GraphiQL
      fetcher={fetcher}
      storage={storage}
      plugins={plugins}
      schema={isTold ? undefined : null}
      defaultTabs={tabs}
      defaultHeaders={headers}
      defaultEditorToolsVisibility={gateway.api_key ? "variables" : "headers"}
      defaultQuery=""
      shouldPersistHeaders={false}
      {...initial}
    >
      <GraphiQL.Logo>
        <span className="gateway">
          AutoSpot gateway{" "}
          <small>
            {gateway.version} · {gateway.mode}
            {gateway.api_key && " · demo"}
          </small>
        </span>
      </GraphiQL.Logo>
      <CarriedHeaders />
      {gateway.introspection === "keyed" && <KeyedSchema onKey={() => setIsTold(true)} />}
    </GraphiQL>
  );
}

createRoot(root).render(<Page />);
