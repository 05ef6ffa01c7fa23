import { join } from "node:path";
import { foreignOwner } from "../../files/owner.js";
import { isWhole, nativeFolders } from "./nativeFolders.js";

/** The version of ONNX Runtime that is installed. */
export const onnxruntimeVersion = "1.32.0";

/** The folder of this version for this machine. */
const onnxruntimeFolder = `onnxruntime-${onnxruntimeVersion}-${process.platform}-${process.arch}`;

/** The library's name in its folder and in its wheel. */
export const onnxruntimeLibrary =
  { darwin: `libonnxruntime.${onnxruntimeVersion}.dylib`, win32: "onnxruntime.dll" }[process.platform as string] ??
  `libonnxruntime.so.${onnxruntimeVersion}`;

/** The sentence to tell where there is none. */
export const withoutOnnxruntime =
  "without ONNX Runtime networks are evaluated by TensorFlow, more slowly; `npx scorebook setup` installs it";

/** Folders that may hold the library: in this package, in the user's cache. */
export const onnxruntimeFolders = (): string[] => nativeFolders(onnxruntimeFolder);

/** The installed libraries in the order of their use, without what somebody else may have put into the cache. */
export const installedOnnxruntimes = (): string[] =>
  onnxruntimeFolders()
    .filter((folder, k) => k === 0 || !foreignOwner(folder))
    .map((folder) => join(folder, onnxruntimeLibrary))
    .filter(isWhole);

/** The library in use: that of SCOREBOOK_ONNXRUNTIME, unless it is "none", or the first that is installed. */
export function onnxruntimePlace(): string | undefined {
  const wanted = process.env.SCOREBOOK_ONNXRUNTIME;
  return wanted ? (wanted === "none" ? undefined : wanted) : installedOnnxruntimes()[0];
}

/** Names the library in use: its version where it is the installed one, else its place; null where there is none. */
export function onnxruntimeInUse(): string | null {
  const place = onnxruntimePlace();
  return place !== undefined && place === installedOnnxruntimes()[0] ? onnxruntimeVersion : (place ?? null);
}

/** Whether a library is there, without loading it. */
export const onnxruntimeIsThere = (): boolean => onnxruntimePlace() !== undefined;
