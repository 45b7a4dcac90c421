// The parts that an exported page is put together from; nnwidgets/export/_parts.py does it.
import { basename } from "node:path";
import { build, transform } from "esbuild";
import { page } from "./options.mjs";

/**
 * Modules that import each other by address cannot be in one file, and importing them from made-up
 * addresses is what a strict Content-Security-Policy forbids. So each becomes the body of a
 * function of (require, module, exports).
 *
 * @returns {modules: {name: {code, imports}}, css}: imports are names of modules
 */
export async function buildPage() {
  const { outputFiles, metafile } = await build(page);
  const text = new Map(outputFiles.map((file) => [basename(file.path), file.text]));
  const modules = {};
  for (const [path, { imports }] of Object.entries(metafile.outputs)) {
    const name = basename(path);
    if (!name.endsWith(".js")) continue;
    const { code } = await transform(text.get(name), { format: "cjs", minify: true });
    if (/<!--|<\/?script/i.test(code)) throw new Error(`${name} cannot be inside a script element`);
    modules[name] = { code: shorter(code), imports: imports.map((each) => basename(each.path)) };
  }
  return { modules, css: text.get("lesson.css") };
}

/** Newlines are left in templates only, where the blanks after them say nothing. */
function shorter(code) {
  return code.trim().replace(/\n +/g, "\n");
}
