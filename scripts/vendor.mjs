// Copies the browser modules that the pages use out of node_modules into static/vendor.
//
//   node scripts/vendor.mjs           write static/vendor
//   node scripts/vendor.mjs --check   compare static/vendor with what would be written
//
// Starting from ENTRIES it follows every import, copies each module it meets as it was published
// (only the source map's address is taken off), puts each package's licence beside it, and writes
// manifest.json: the packages with their exact versions, the SHA-256 of every file, and which bare
// name stands for which file. hall/storage.py writes the one for the other.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const MODULES = resolve(process.env.HALL_NODE_MODULES ?? join(ROOT, "node_modules"));
const TARGET = join(ROOT, "static", "vendor");
const MANIFEST = "manifest.json";

// What the modules import, and what it stands for: lit's own files of these names only pass on what
// is behind them, at the price of one request more each.
const ENTRIES = {
  lit: "lit-element/lit-element.js",
  "lit/directives/repeat.js": "lit-html/directives/repeat.js",
};

// What a browser's bundler would choose, without the "development" builds.
const CONDITIONS = new Set(["browser", "import", "default"]);
const IMPORTS = /(?:\bimport|\bexport)\s*(?:[\w*{}\s,$]+?\s*from\s*)?["']([^"']+)["']/g;
const SOURCE_MAP = /^\/\/# sourceMappingURL=.*\n?/gm;
const LICENCE = /^licen[cs]e(\.(md|txt))?$/i;

function packageOf(specifier) {
  const parts = specifier.split("/");
  const length = specifier.startsWith("@") ? 2 : 1;
  return { name: parts.slice(0, length).join("/"), inner: parts.slice(length).join("/") };
}

function choose(target) {
  if (typeof target === "string") return target;
  for (const [condition, inner] of Object.entries(target ?? {})) {
    if (CONDITIONS.has(condition)) {
      const chosen = choose(inner);
      if (chosen) return chosen;
    }
  }
  return undefined;
}

function describe(name) {
  return JSON.parse(readFileSync(join(MODULES, name, "package.json"), "utf8"));
}

/** "lit/directives/repeat.js" -> "lit/directives/repeat.js", a path below node_modules. */
function locate(specifier) {
  const { name, inner } = packageOf(specifier);
  const exported = describe(name).exports?.[inner ? `./${inner}` : "."];
  const chosen = choose(exported);
  if (!chosen) throw new Error(`${name} does not offer ${specifier}`);
  return posix.join(name, chosen);
}

function licenceOf(name) {
  const file = readdirSync(join(MODULES, name)).find((entry) => LICENCE.test(entry));
  if (!file) throw new Error(`${name} comes without a licence text`);
  return file;
}

/** Everything static/vendor shall hold: path -> text, the manifest included. */
function collect() {
  const files = new Map();
  const imports = {};
  const waiting = [];
  const byName = (specifier, target = specifier) => {
    imports[specifier] ??= locate(target);
    waiting.push(imports[specifier]);
  };
  for (const [specifier, target] of Object.entries(ENTRIES)) byName(specifier, target);
  while (waiting.length > 0) {
    const path = waiting.pop();
    if (files.has(path)) continue;
    const text = readFileSync(join(MODULES, path), "utf8").replace(SOURCE_MAP, "");
    files.set(path, text.endsWith("\n") ? text : `${text}\n`);
    for (const [, specifier] of text.matchAll(IMPORTS)) {
      if (specifier.startsWith(".")) waiting.push(posix.join(posix.dirname(path), specifier));
      else byName(specifier);
    }
  }
  const packages = {};
  for (const name of [...new Set([...files.keys()].map((path) => packageOf(path).name))].sort()) {
    const { version, license } = describe(name);
    const licence = posix.join(name, licenceOf(name));
    packages[name] = { version, license, licence };
    files.set(licence, readFileSync(join(MODULES, licence), "utf8"));
  }
  const sorted = (entries) => Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
  const digest = (text) => createHash("sha256").update(text).digest("hex");
  const manifest = {
    packages,
    imports: sorted(Object.entries(imports)),
    files: sorted([...files].map(([path, text]) => [path, digest(text)])),
  };
  return new Map([...files, [MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`]]);
}

function present() {
  if (!existsSync(TARGET)) return [];
  return readdirSync(TARGET, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(TARGET, join(entry.parentPath ?? entry.path, entry.name)))
    .map((path) => path.split(sep).join("/"));
}

function write(files) {
  rmSync(TARGET, { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(TARGET, path)), { recursive: true });
    writeFileSync(join(TARGET, path), text);
  }
  console.log(`static/vendor: ${files.size} files written`);
}

function check(files) {
  const there = new Set(present());
  const wrong = [
    ...[...there].filter((path) => !files.has(path)).map((path) => `${path}: not ours`),
    ...[...files]
      .filter(([path, text]) => !there.has(path) || readFileSync(join(TARGET, path), "utf8") !== text)
      .map(([path]) => `${path}: ${there.has(path) ? "differs from its package" : "missing"}`),
  ];
  for (const line of wrong.sort()) console.error(`static/vendor/${line}`);
  if (wrong.length > 0) process.exit(1);
  console.log(`static/vendor: ${files.size} files as published`);
}

const files = collect();
if (process.argv.includes("--check")) check(files);
else write(files);
