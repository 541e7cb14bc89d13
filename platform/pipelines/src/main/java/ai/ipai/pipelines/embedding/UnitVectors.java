package ai.ipai.pipelines.embedding;

/** Vectors of length 1, whose inner product is their cosine. */
final class UnitVectors {
  private UnitVectors() {}

  static float[] normalized(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    double length = Math.sqrt(squares);
    float[] unit = new float[vector.length];
    for (int i = 0; i < vector.length && length > 0; i++) {
      unit[i] = (float) (vector[i] / length);
    }
    return unit;
  }
}
