import assert from "node:assert/strict";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { cacheDirectory, fillCache, takeFromCache } from "../../../../src/files/cache.js";
import { run, telling } from "../../../../src/math/backend/install/childProcess.js";
import { installLibrary } from "../../../../src/math/backend/install/nativeLibrary.js";
import { install } from "../../../../src/math/backend/install/steps.js";
import { tensorflowWheel } from "../../../../src/math/backend/install/tensorflowAddon.js";
import { isWhole } from "../../../../src/math/backend/nativeFolders.js";
import { verify } from "../../../../src/math/backend/install/wheel.js";

const folders = [path.join("deps", "lib"), "lib"];
const { destination } = tensorflowWheel;

describe("the installation of native libraries", () => {
  let directory: string;
  beforeEach(async () => (directory = await fs.mkdtemp(path.join(os.tmpdir(), "scorebook-test-"))));
  afterEach(() => fs.rm(directory, { recursive: true, force: true }));

  describe("install", () => {
    /** Steps that write down what they do; TensorFlow "loads" once the step `good` has run. */
    function recorded(good: string, failing: string[] = []) {
      const log: string[] = [];
      const lines: string[] = [];
      const step = (name: string) => ({
        name,
        run: async () => {
          log.push(name);
          if (failing.includes(name)) throw new Error(`${name} is broken\nsecond line`);
        },
        undo: async () => void log.push(`undo ${name}`),
      });
      const check = async () => {
        if (log.at(-1) !== good) throw new Error("no addon");
      };
      const result = install(
        { name: "TensorFlow", steps: ["a", "b", "c"].map(step), check, waysOut: "Ways out: none." },
        (line) => void lines.push(line),
      );
      return { log, lines, result };
    }

    it("stops at the first step after which TensorFlow loads", async () => {
      const { log, lines, result } = recorded("a");
      assert.equal(await result, "a");
      assert.deepEqual(log, ["a"]);
      assert.match(lines.join("\n"), /^TensorFlow: loads, by a \(0\.\d s\)$/);
    });

    it("undoes a step that fails or does not help, and reports it in one line", async () => {
      const { log, lines, result } = recorded("c", ["b"]);
      assert.equal(await result, "c");
      assert.deepEqual(log, ["a", "undo a", "b", "undo b", "c"]);
      assert.match(lines[0], /^TensorFlow: not by a: no addon \(0\.\d s\)$/);
      assert.match(lines[1], /^TensorFlow: not by b: b is broken \(0\.\d s\)$/);
    });

    it("names every step and the ways out when none helps", async () => {
      const { log, result } = recorded("none", ["b"]);
      await assert.rejects(result, {
        message:
          /^TensorFlow could not be installed:\n  a: no addon\n  b: b is broken\n  c: no addon\nWays out: none\.$/,
      });
      assert.deepEqual(log, ["a", "undo a", "b", "undo b", "c", "undo c"]);
    });
  });

  describe("of a library that the environment names", () => {
    const variable = "SCOREBOOK_LIBRARY_OF_A_TEST";
    afterEach(() => delete process.env[variable]);

    async function installed(wanted: string) {
      const folders = ["own", "cached"].map((name) => path.join(directory, name));
      const library = path.join(folders[1], "library");
      await fs.mkdir(folders[1]);
      await fs.writeFile(library, "good");
      process.env[variable] = wanted;
      const lines: string[] = [];
      const result = installLibrary(
        {
          ...{ name: "A library", variable, folders, file: "library", places: () => [library], version: "1" },
          ...{ test: "checkOnnxruntime.js", waysOut: "Ways out: none." },
          wheel: () => assert.fail("a wheel is looked for"),
        },
        (line) => void lines.push(line),
      );
      return { library, lines, result };
    }

    it("installs nothing where it is switched off", async () => {
      const { library, lines, result } = await installed("none");
      await result;
      assert.deepEqual(lines, [`A library: switched off by ${variable}=none`]);
      assert.equal(await fs.readFile(library, "utf8"), "good");
    });

    it("tests that one alone, and leaves what is installed as it is", async () => {
      const { library, result } = await installed("/no/such/library.so");
      await assert.rejects(result, (error: Error) => {
        const [first, second, third, ...others] = error.message.split("\n");
        assert.deepEqual([first, others], ["A library could not be installed:", []]);
        assert.match(second, /^  SCOREBOOK_LIBRARY_OF_A_TEST=\/no\/such\/library\.so: .+/);
        assert.match(third, /^Way out: name a library that works in SCOREBOOK_LIBRARY_OF_A_TEST, or take the variable/);
        return true;
      });
      assert.equal(await fs.readFile(library, "utf8"), "good");
    });
  });

  it("leaves a library aside that was cut short since, and takes one whose size was not noted", async () => {
    const library = path.join(directory, "library");
    assert.ok(!isWhole(library));
    await fs.writeFile(library, "12345678");
    assert.ok(isWhole(library));
    await fs.writeFile(`${library}.size`, "8");
    assert.ok(isWhole(library));
    await fs.truncate(library, 7);
    assert.ok(!isWhole(library));
  });

  describe("the cache", () => {
    async function packageWith(name: string, library: string) {
      const lib = path.join(directory, name, "deps", "lib");
      const addon = path.join(directory, name, "lib", "napi-v8");
      for (const folder of [lib, addon]) await fs.mkdir(folder, { recursive: true });
      await fs.writeFile(path.join(lib, "libtensorflow.so.2"), library);
      await fs.symlink("libtensorflow.so.2", path.join(lib, "libtensorflow.so"));
      await fs.writeFile(path.join(addon, "tfjs_binding.node"), "addon");
      await fs.writeFile(path.join(directory, name, "package.json"), "not native");
      return path.join(directory, name);
    }
    const filesIn = async (folder: string) =>
      (await fs.readdir(folder, { recursive: true, withFileTypes: true }))
        .filter((file) => !file.isDirectory())
        .map((file) => file.name)
        .sort();

    it("lies where the platform keeps caches, or where SCOREBOOK_CACHE says", () => {
      const places = (env: NodeJS.ProcessEnv, platform: string) => cacheDirectory(env, platform, "/home/u");
      assert.equal(places({}, "linux"), path.join("/home/u", ".cache", "scorebook"));
      assert.equal(places({ XDG_CACHE_HOME: "/c" }, "linux"), path.join("/c", "scorebook"));
      assert.equal(places({ XDG_CACHE_HOME: "/c" }, "darwin"), path.join("/home/u", "Library", "Caches", "scorebook"));
      assert.equal(places({ LOCALAPPDATA: "/l" }, "win32"), path.join("/l", "scorebook", "Cache"));
      assert.equal(places({ SCOREBOOK_CACHE: "/s", XDG_CACHE_HOME: "/c" }, "linux"), path.resolve("/s"));
    });

    it("gives a second clone the native files of the first, and no others", async () => {
      const entry = path.join(directory, "cache", "entry");
      await fillCache(entry, await packageWith("first", "library"), folders);
      const second = path.join(directory, "second");
      await takeFromCache(entry, second, folders);
      assert.deepEqual(await filesIn(second), ["libtensorflow.so", "libtensorflow.so.2", "tfjs_binding.node"]);
      assert.equal(await fs.readFile(path.join(second, "deps", "lib", "libtensorflow.so"), "utf8"), "library");
      const { nlink } = await fs.stat(path.join(second, "deps", "lib", "libtensorflow.so.2"));
      assert.equal(nlink, 3, "the first clone, the cache and the second clone hold one file together");
    });

    it("overwrites what is there, and what is there already stays", async () => {
      const entry = path.join(directory, "cache", "entry");
      await fillCache(entry, await packageWith("first", "library"), folders);
      const second = await packageWith("second", "half a lib");
      for (let i = 0; i < 2; i++) await takeFromCache(entry, second, folders);
      assert.equal(await fs.readFile(path.join(second, "deps", "lib", "libtensorflow.so.2"), "utf8"), "library");
      assert.equal((await filesIn(second)).length, 4);
    });

    it("says where it looked when it has nothing", async () => {
      await assert.rejects(takeFromCache(path.join(directory, "nowhere"), directory, folders), {
        message: `nothing at ${path.join(directory, "nowhere")}`,
      });
    });

    it("is whole, and nothing else is left, when several processes fill it at once", async () => {
      const entry = path.join(directory, "cache", "entry");
      const packages = await Promise.all(["p", "q", "r", "s"].map((name) => packageWith(name, name)));
      await Promise.all(packages.map((folder) => fillCache(entry, folder, folders)));
      assert.deepEqual(await fs.readdir(path.join(directory, "cache")), ["entry"]);
      assert.deepEqual(await filesIn(entry), ["libtensorflow.so", "libtensorflow.so.2", "tfjs_binding.node"]);
    });
  });

  describe("the wheel", () => {
    it("is refused with another checksum than the pinned one", async () => {
      const file = path.join(directory, "tensorflow_cpu.whl");
      await fs.writeFile(file, "abc");
      const sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2, appendix B.1
      await verify(file, sha256);
      await assert.rejects(verify(file, tensorflowWheel.sha256), {
        message: `tensorflow_cpu.whl has SHA-256 ${sha256}, expected ${tensorflowWheel.sha256}`,
      });
    });

    it("gives its two libraries and the headers that the addon includes", () => {
      assert.equal(destination("tensorflow/libtensorflow_cc.so.2"), path.join("deps", "lib", "libtensorflow_cc.so.2"));
      assert.equal(
        destination("tensorflow/include/tensorflow/c/eager/c_api.h"),
        path.join("include", "tensorflow/c/eager/c_api.h"),
      );
      assert.equal(destination("tensorflow/include/tsl/c/tsl_status.h"), path.join("include", "tsl/c/tsl_status.h"));
      for (const other of [
        "tensorflow/python/_pywrap.so",
        "tensorflow/include/external/x.h",
        "tensorflow/include/tensorflow/cc/x.h",
        "../tensorflow/libtensorflow_cc.so.2",
      ])
        assert.equal(destination(other), undefined, other);
    });
  });

  describe("run", () => {
    it("gives the line of a failed program that says why", async () => {
      const failing = `console.error("warning: x\\nfatal error: y.h: no such file\\n  at z"); process.exit(3)`;
      await assert.rejects(run(process.execPath, ["-e", failing], { minutes: 1 }), {
        message: /^node\S*: fatal error: y\.h: no such file$/,
      });
      await assert.rejects(run(process.execPath, ["-e", "process.exit(3)"], { minutes: 1 }), {
        message: /^node\S*: ended with status 3$/,
      });
      await assert.rejects(run("no-such-program", [], { minutes: 1 }), {
        message: /^no-such-program does not start: /,
      });
      assert.equal(telling("one\ntwo\n"), "two");
    });

    it("ends a program and what it has started after the time limit", async () => {
      // The grandchild holds the pipes open: unless it is ended too, `run` waits for its minute.
      const nested = `require("child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"], { stdio: "inherit" })`;
      const start = performance.now();
      await assert.rejects(run(process.execPath, ["-e", nested], { minutes: 1 / 60 }), {
        message: /^node\S* took longer than/,
      });
      assert.ok(performance.now() - start < 10_000);
    });

    it("ends a program when it is asked whether it is alive and is not", async () => {
      const alive = async () => "brought nothing in 20 s";
      await assert.rejects(run(process.execPath, ["-e", "setTimeout(() => {}, 60000)"], { minutes: 1, alive }), {
        message: /^node\S* brought nothing in 20 s$/,
      });
    });
  });
});
