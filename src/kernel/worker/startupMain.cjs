"use strict";
// What a process made from the start-up snapshot runs: a file of its own, since code in a snapshot cannot import.
const { pathToFileURL } = require("node:url");
const { Worker } = require("node:worker_threads");

// Processes that a cell forks start plainly.
const at = process.execArgv.indexOf("--snapshot-blob");
if (at >= 0) process.execArgv = process.execArgv.toSpliced(at, 2);
delete process.env.SCOREBOOK_SNAPSHOT;
delete process.env.SCOREBOOK_STARTUP;

if (process.argv[1]) import(pathToFileURL(process.argv[1]).href);
// The trial of a new snapshot: in some versions of Node.js a thread breaks the process when it loads this.
else new Worker("require('node:net')", { eval: true }).on("exit", (code) => process.exit(code));
