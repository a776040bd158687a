// Copies the browser files that Tundish carries into src/tundish/web/static/vendor, and axe-core for the tests.
// Run: npm ci --ignore-scripts && npm run copy
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const app = join(root, "src", "tundish", "web", "static", "vendor");
const tests = join(root, "tests", "doors", "web", "vendor");
const inter = "@fontsource-variable/inter";
const arabic = "@fontsource-variable/noto-sans-arabic";

const files = [
  ["@tabler/core/dist/css/tabler.min.css", app, "tabler/tabler.min.css"],
  ["@tabler/core/dist/css/tabler.rtl.min.css", app, "tabler/tabler.rtl.min.css"],
  ["@tabler/core/dist/js/tabler.min.js", app, "tabler/tabler.min.js"],
  ["../licences/tabler", app, "tabler/LICENSE"],
  ["htmx.org/dist/htmx.min.js", app, "htmx/htmx.min.js"],
  ["htmx.org/LICENSE", app, "htmx/LICENSE"],
  [`${inter}/files/inter-latin-wght-normal.woff2`, app, "fonts/inter-latin.woff2"],
  [`${inter}/files/inter-latin-ext-wght-normal.woff2`, app, "fonts/inter-latin-ext.woff2"],
  [`${inter}/LICENSE`, app, "fonts/LICENSE-inter"],
  [`${arabic}/files/noto-sans-arabic-arabic-wght-normal.woff2`, app, "fonts/noto-sans-arabic.woff2"],
  [`${arabic}/LICENSE`, app, "fonts/LICENSE-noto-sans-arabic"],
  ["axe-core/axe.min.js", tests, "axe.min.js"],
  ["axe-core/LICENSE", tests, "LICENSE-axe-core"],
];

rmSync(app, { recursive: true, force: true });
for (const [from, folder, to] of files) {
  const target = join(folder, to);
  mkdirSync(dirname(target), { recursive: true });
  let body = readFileSync(join(here, "node_modules", from));
  if (/\.(css|js)$/.test(to)) {
    // A map that we do not carry would be asked for in vain.
    const text = body.toString("utf8").replace(/\n?\/[*/][#@] sourceMappingURL=[^\n]*/g, "");
    body = Buffer.from(text);
    // The web server hands out the packed twin to browsers that take it.
    if (folder === app) writeFileSync(`${target}.gz`, gzipSync(body, { level: 9 }));
  }
  writeFileSync(target, body);
}

const names = readFileSync(join(here, "icons.txt"), "utf8").split(/\s+/).filter(Boolean);
const symbols = names.map((name) => {
  const svg = readFileSync(join(here, "node_modules/@tabler/icons/icons/outline", `${name}.svg`), "utf8");
  const shapes = svg
    .replace(/^[\s\S]*?<svg[\s\S]*?>/, "")
    .replace(/<\/svg>\s*$/, "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" \/>/, "")
    .replace(/\s*\n\s*/g, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
});
const sprite = `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
mkdirSync(join(app, "icons"), { recursive: true });
writeFileSync(join(app, "icons", "icons.svg"), sprite);
writeFileSync(join(app, "icons", "icons.svg.gz"), gzipSync(sprite, { level: 9 }));
writeFileSync(join(app, "icons", "LICENSE"), readFileSync(join(here, "node_modules/@tabler/icons/LICENSE")));
