import Mocha from "mocha";

/** Mocha's spec reporter, closed by one line that any CI can read: `N passed, N failed, N skipped`. */
export default class Reporter extends Mocha.reporters.Spec {
  override epilogue(): void {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    console.log(`${passes} passed, ${failures} failed${pending ? `, ${pending} skipped` : ""}`);
  }
}
