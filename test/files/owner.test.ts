import assert from "node:assert/strict";
import { chmodSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { foreignOwner } from "../../src/files/owner.js";
import { temporaryDirectory } from "../helpers/notebooks.js";

describe("The owner of a cache", function () {
  const cache = join(temporaryDirectory(), "cache");
  const entry = join(cache, "entry");
  const user = process.getuid?.();
  before(function () {
    if (user === undefined) this.skip();
    mkdirSync(join(entry, "lib"), { recursive: true });
    writeFileSync(join(entry, "lib", "a.so"), "");
    symlinkSync("a.so", join(entry, "lib", "a"));
    for (const folder of [cache, entry, join(entry, "lib")]) chmodSync(folder, 0o755);
  });

  it("may be this user, and what is not there has none", () => {
    assert.equal(foreignOwner(entry), undefined);
    assert.equal(foreignOwner(join(cache, "none")), undefined);
    assert.equal(foreignOwner(join(cache, "none", "none")), undefined);
    assert.equal(foreignOwner(join(entry, "lib", "a.so", "none", "none")), undefined, "below a file");
  });

  it("may be root, and no third", () => {
    const said = foreignOwner(entry, 4242);
    if (user === 0) assert.equal(said, undefined);
    else
      assert.match(said!, new RegExp(`cache belongs to user ${user}, expected this user or root; SCOREBOOK_CACHE may`));
  });

  it("may not be another than root where root runs it", function () {
    if (user !== 0) this.skip();
    for (const path of [cache, entry, join(entry, "lib", "a.so"), join(entry, "lib", "a")]) {
      lchownSync(path, 4242, 4242);
      assert.equal(
        foreignOwner(entry),
        `${path} belongs to user 4242, expected root; SCOREBOOK_CACHE may name another folder`,
      );
      lchownSync(path, 0, 0);
    }
  });

  for (const [what, path, mode] of [
    ["the cache", cache, 0o777],
    ["an entry", entry, 0o777],
    ["a library", join(entry, "lib", "a.so"), 0o666],
  ] as const)
    it(`is told where everybody may change ${what}`, () => {
      chmodSync(path, mode);
      assert.equal(foreignOwner(entry), `${path} can be changed by everybody; chmod o-w ends that`);
      chmodSync(path, 0o755);
      assert.equal(foreignOwner(entry), undefined);
    });

  it("may let others add to a folder where each keeps its own, such as /tmp", () => {
    chmodSync(cache, 0o1777);
    assert.equal(foreignOwner(entry), undefined);
    chmodSync(cache, 0o755);
  });
});
