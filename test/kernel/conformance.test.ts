import { describePython } from "../helpers/pytest.js";

describePython("the official conformance suite", ["test_suite.py"]);
