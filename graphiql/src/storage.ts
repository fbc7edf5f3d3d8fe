/** The browser's storage, which is never given a header: one of them is the API key. */

const PREFIX = "graphiql:";
const HEADERS = `${PREFIX}headers`;
const WITH_HEADERS = ["tabState", "queries", "favorites"].map((name) => PREFIX + name);

const ours = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

export const storage = {
  getItem: (key: string) => localStorage.getItem(key),
  setItem(key: string, value: string) {
    if (key !== HEADERS) {
      localStorage.setItem(key, WITH_HEADERS.includes(key) ? withoutHeaders(value) : value);
    }
  },
  removeItem: (key: string) => localStorage.removeItem(key),
  clear: () => ours().forEach((key) => localStorage.removeItem(key)),
  get length() {
    return ours().length;
  },
};

/** GraphiQL keeps null for the headers of a tab that has none. */
function withoutHeaders(json: string): string {
  return JSON.stringify(JSON.parse(json), (key, value) => (key === "headers" ? null : value));
}

export const isFirstVisit = storage.getItem(`${PREFIX}tabState`) === null;
