/** A read model of the scope has come only as far as `position`: what lies behind it must be read again. */
export class ModelBehind extends Error {
  override readonly name = "ModelBehind";
  readonly position: bigint;

  constructor(position: bigint) {
    super(`a read model has come only as far as ${position}`);
    this.position = position;
  }
}
