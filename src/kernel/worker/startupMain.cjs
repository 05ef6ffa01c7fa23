"use strict";
// What a process made from the start-up snapshot runs: a file of its own, since code in a snapshot cannot import.
const { pathToFileURL } = require("node:url");

// Processes that a cell forks start plainly.
const at = process.execArgv.indexOf("--snapshot-blob");
if (at >= 0) process.execArgv = process.execArgv.toSpliced(at, 2);
delete process.env.SCOREBOOK_SNAPSHOT;
delete process.env.SCOREBOOK_STARTUP;

if (!process.argv[1]) process.exit(0); // the trial of a new snapshot
import(pathToFileURL(process.argv[1]).href);
