/** Has the schema told once there is a key, where only callers with a key are told it. */

import { debounce, pick, tryParseJSONC, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect } from "react";
import { gateway } from "./gateway";

/** Milliseconds without a change, after which a key counts as written. */
const PAUSE = 500;

export function KeyedSchema({ onKey }: { onKey: () => void }) {
  const { headerEditor } = useGraphiQL(pick("headerEditor"));
  const { introspect } = useGraphiQLActions();
  useEffect(() => {
    let known = "";
    const look = debounce(PAUSE, () => {
      const key = written(headerEditor?.getValue());
      if (key && key !== known) {
        known = key;
        onKey();
        // It does nothing the first time: GraphiQL asks by itself then.
        introspect();
      }
    });
    const listening = headerEditor?.onDidChangeModelContent(() => look());
    return () => listening?.dispose();
  }, [headerEditor]);
  return null;
}

/** The key in the headers; none while they are half written. */
function written(headers = ""): string {
  try {
    return String(tryParseJSONC(headers)?.[gateway.api_key_header] ?? "");
  } catch {
    return "";
  }
}
