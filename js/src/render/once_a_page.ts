/** Modules that are fetched from Python once a page, whoever asks first and in whichever bundle. */

/**
 * The default export of a module.
 *
 * @param key what the page keeps it under: the package with its version
 * @param fetch gives the module, gzipped; called only where the page has none yet
 */
export function onceAPage<T>(key: symbol, fetch: () => Promise<ArrayBuffer>): Promise<T> {
  const page = globalThis as { [key: symbol]: Promise<T> | undefined };
  const before = page[key];
  const found = before
    ? before.catch(() => onceAPage<T>(key, fetch)) // who asked first may have gone before it came
    : fetch().then((gzipped) => evaluated<T>(gzipped));
  if (before) return found;
  page[key] = found;
  found.catch(() => {
    if (page[key] === found) delete page[key];
  });
  return found;
}

async function evaluated<T>(gzipped: ArrayBuffer): Promise<T> {
  const stream = new Blob([gzipped]).stream().pipeThrough(new DecompressionStream("gzip"));
  const code = await new Response(stream).arrayBuffer();
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  try {
    return ((await import(url)) as { default: T }).default;
  } finally {
    URL.revokeObjectURL(url);
  }
}
