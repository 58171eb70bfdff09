/* Where images stand, in every kind of document that this project knows. */
export type { Place } from "./place";
export {
  type Candidate,
  type DocumentImages,
  type DocumentPath,
  type FoundImage,
  imageText,
  readImages,
} from "./read";
export { type KindPlaces, kubernetesKind, type PlaceTable, placeTable } from "./table";
