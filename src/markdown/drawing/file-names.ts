/** The endings of files by the language that a code block names. Such a name is a model's: what is not in here ends in .txt. */
const endings: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...same("bat c cpp cs css csv diff go graphql h hpp html ini java js json jsx kt lua md mjs php pl ps1 py r rb rs"),
    ...same("scala scss sh sql svelte svg swift tex toml ts tsx vb vue xml yaml yml zig"),
    "c#": "cs",
    "c++": "cpp",
    bash: "sh",
    console: "sh",
    csharp: "cs",
    dart: "dart",
    elixir: "ex",
    golang: "go",
    haskell: "hs",
    javascript: "js",
    jsonc: "json",
    julia: "jl",
    kotlin: "kt",
    latex: "tex",
    markdown: "md",
    node: "js",
    patch: "diff",
    perl: "pl",
    powershell: "ps1",
    python: "py",
    python3: "py",
    ruby: "rb",
    rust: "rs",
    shell: "sh",
    typescript: "ts",
    zsh: "sh",
  }),
);

export interface FileNames {
  code(language: string): string;
  table(): string;
}

/** Names for the files of one reply: `code.py`, `code-2.ts`, `table.txt`. */
export function createFileNames(): FileNames {
  let codes = 0;
  let tables = 0;
  return {
    code: (language) => `${numbered("code", ++codes)}.${endings.get(language.toLowerCase()) ?? "txt"}`,
    table: () => `${numbered("table", ++tables)}.txt`,
  };
}

const numbered = (name: string, count: number) => (count === 1 ? name : `${name}-${count}`);

function same(names: string): Record<string, string> {
  return Object.fromEntries(names.split(" ").map((name) => [name, name]));
}
