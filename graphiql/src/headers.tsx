import { pick, useGraphiQL } from "@graphiql/react";
import { useEffect } from "react";
import { headers } from "./gateway";

/** Carries the headers along to tabs that have none of their own, so a key is typed only once. */
export function CarriedHeaders() {
  const { headerEditor } = useGraphiQL(pick("headerEditor"));
  useEffect(() => {
    let latest = headers;
    const listening = headerEditor?.onDidChangeModelContent(({ isFlush }) => {
      const text = headerEditor.getValue();
      const isUntouched = isFlush && (text === "" || text === headers);
      if (!isUntouched) {
        latest = text;
      } else if (text !== latest) {
        // Monaco's other listeners must hear of this change before the next one.
        queueMicrotask(() => headerEditor.setValue(latest));
      }
    });
    return () => listening?.dispose();
  }, [headerEditor]);
  return null;
}
