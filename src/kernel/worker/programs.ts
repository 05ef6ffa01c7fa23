import { ChildProcess } from "node:child_process";
import { currentCell } from "./interrupt.js";

/** Calls back with each program that a cell starts, and when it has ended, so that an interrupt finds the cell's own. */
export function installPrograms(told: (run: number, pid: number, ended: boolean) => void): void {
  const prototype = ChildProcess.prototype as unknown as { spawn(this: ChildProcess, options: object): number };
  const { spawn } = prototype;
  prototype.spawn = function (options) {
    const result = spawn.call(this, options),
      { pid } = this,
      run = currentCell.getStore()?.run;
    if (pid !== undefined && run !== undefined) {
      told(run, pid, false);
      this.once("exit", () => told(run, pid, true));
    }
    return result;
  };
}
