import { processors } from "../processors.js";
import { foreign } from "./foreign.js";
import { isAlone } from "./members.js";
import { onnxruntimePlace } from "./onnxruntimeFiles.js";
import { releaseWith } from "./tensors.js";

/*
 * ONNX Runtime by its C interface (onnxruntime_c_api.h), whose functions are known by their place in a table that only
 * grows. Every one returns a status, null where it is well.
 */

/** A tensor of float32 that the runtime reads or writes in place. */
export interface Floats {
  readonly name: string;
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** A model that is ready to be evaluated. */
export interface OnnxSession {
  /** Computes the output from the inputs, in place. @throws Error of the runtime */
  run(inputs: readonly Floats[], output: Floats): void;
  /** Gives the model's memory back, at the latest when the session is collected. */
  release(): void;
}

/** A pointer of the library. */
type Pointer = unknown;

interface Runtime {
  session(model: Uint8Array): OnnxSession;
}

/** The version of the table that is asked for; later libraries have it too. */
const API = 17;

/** Places of functions in the table, and their arguments after koffi's manner. */
const table = {
  GetErrorMessage: [2, "const char *", "void *"],
  CreateEnv: [3, "void *", "int, const char *, _Out_ void **"],
  CreateSessionFromArray: [8, "void *", "void *, const void *, size_t, void *, _Out_ void **"],
  Run: [9, "void *", "void *, void *, const char **, void **, size_t, const char **, size_t, void **"],
  CreateSessionOptions: [10, "void *", "_Out_ void **"],
  SetIntraOpNumThreads: [24, "void *", "void *, int"],
  CreateTensorWithDataAsOrtValue: [49, "void *", "void *, void *, size_t, int64_t *, size_t, int, _Out_ void **"],
  CreateCpuMemoryInfo: [69, "void *", "int, int, _Out_ void **"],
  ReleaseStatus: [93, "void", "void *"],
  ReleaseSession: [95, "void", "void *"],
  ReleaseValue: [96, "void", "void *"],
  ReleaseSessionOptions: [100, "void", "void *"],
  AddSessionConfigEntry: [130, "void *", "void *, const char *, const char *"],
} as const;

/** Values of the enumerations of the C interface. */
const [errorsOnly, deviceAllocator, defaultMemory, float32] = [3, 0, 0, 1];

let known: Runtime | undefined;
let searched = false;

/**
 * The runtime, or undefined where there is none; it is loaded by the first call. A library that does not load is
 * reported once.
 */
export function onnxruntime(): Runtime | undefined {
  if (searched) return known;
  searched = true;
  const place = onnxruntimePlace();
  try {
    if (place !== undefined) known = openOnnxruntime(place);
  } catch (error) {
    console.warn(`scorebook: ONNX Runtime does not load (${place}: ${(error as Error).message.split("\n")[0]})`);
  }
  return known;
}

/**
 * Loads a library.
 *
 * @throws Error if it does not load, or is older than the interface that is asked for
 */
export function openOnnxruntime(path: string): Runtime {
  const koffi = foreign();
  const bytes = koffi.sizeof("void *");
  const at = (pointer: Pointer, k: number, result: string, given: string) =>
    koffi.decode(koffi.decode(pointer, bytes * k, "void *"), koffi.proto(`${result} (${given})`)) as (
      ...given: unknown[]
    ) => unknown;
  const base = koffi.load(path).func("void *OrtGetApiBase(void)")() as Pointer;
  const api = at(base, 0, "void *", "uint32_t")(API);
  if (!api) throw new Error(`it has no version ${API} of the C interface`);
  const call = Object.fromEntries(
    Object.entries(table).map(([name, [place, result, given]]) => [name, at(api, place, result, given)]),
  ) as Record<keyof typeof table, (...given: unknown[]) => unknown>;

  const done = (status: unknown): void => {
    if (!status) return;
    const message = call.GetErrorMessage(status) as string;
    call.ReleaseStatus(status);
    throw new Error(`ONNX Runtime: ${message}`);
  };
  const made = (f: (...given: unknown[]) => unknown, ...given: readonly unknown[]): Pointer => {
    const out: [Pointer] = [null];
    done(f(...given, out));
    return out[0];
  };
  const environment = made(call.CreateEnv, errorsOnly, "scorebook");
  const memory = made(call.CreateCpuMemoryInfo, deviceAllocator, defaultMemory);
  const tensor = ({ values, shape }: Floats): Pointer =>
    made(
      call.CreateTensorWithDataAsOrtValue,
      ...[memory, values, values.byteLength, BigInt64Array.from(shape, BigInt), shape.length, float32],
    );

  return {
    session(model) {
      const options = made(call.CreateSessionOptions);
      done(call.SetIntraOpNumThreads(options, isAlone() ? processors() : 1));
      // Threads that wait for work would take a core from whoever else computes: half as long again beside one of them.
      done(call.AddSessionConfigEntry(options, "session.intra_op.allow_spinning", "0"));
      const session = made(call.CreateSessionFromArray, environment, model, model.length, options);
      call.ReleaseSessionOptions(options);
      const run: OnnxSession["run"] = (inputs, output) => {
        const values = [...inputs, output].map(tensor);
        try {
          const names = inputs.map(({ name }) => name);
          const result = values.slice(-1);
          done(call.Run(session, null, names, values, inputs.length, [output.name], 1, result));
        } finally {
          values.forEach((value) => call.ReleaseValue(value));
        }
      };
      return { run, release: releaseWith(run, releasing(call.ReleaseSession, session)) };
    },
  };
}

/** Knows the session alone, so that what waits for its end does not keep it alive. */
const releasing = (release: (session: Pointer) => void, session: Pointer) => () => release(session);
