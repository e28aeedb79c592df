import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * A repository in `folder` of what `root` holds now, committed or not, to be cloned from. A clone of it, made with the
 * returned environment, finds the dependencies and the built pages of `root`: their installation has no place in a test.
 */
export function makeRepository(root: string, folder: string): { readonly env: Readonly<Record<string, string>> } {
  const git = (cwd: string, ...args: string[]) => execFileSync("git", args, { cwd, encoding: "utf8", env: gitEnv });
  const config = join(folder, "gitconfig");
  const hooks = join(folder, "hooks");
  const gitEnv = { ...process.env, GIT_CONFIG_GLOBAL: config, GIT_CONFIG_NOSYSTEM: "1" };
  mkdirSync(hooks, { recursive: true });
  writeFileSync(
    config,
    `[user]\nname = test\nemail = test@example.org\n[core]\nhooksPath = ${hooks}\n[safe]\ndirectory = *\n`,
  );
  const repository = join(folder, "repository");
  for (const path of git(root, "ls-files", "-zco", "--exclude-standard").split("\0")) {
    if (path === "" || !existsSync(join(root, path))) continue;
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    cpSync(join(root, path), join(repository, path));
  }
  git(repository, "init", "-q");
  git(repository, "add", "-A");
  git(repository, "commit", "-qm", "all");
  const hook = join(hooks, "post-checkout");
  copyFileSync(new URL("post-checkout.sh", import.meta.url), hook);
  chmodSync(hook, 0o755);
  return {
    env: {
      GIT_CONFIG_GLOBAL: config,
      GIT_CONFIG_NOSYSTEM: "1",
      LIGHTWELL_TEST_ROOT: root,
    },
  };
}
