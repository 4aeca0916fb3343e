/** A simple value that is passed by reference. */
export interface Boxed<T> {
  value: T;
}
