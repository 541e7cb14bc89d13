package ai.ipai.pipelines.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("REQ-PIPE-009")
class LocalEmbedderTest {
  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void textsOfLikeMeaningLieNearEachOther() {
    LocalEmbedder embedder = new LocalEmbedder();
    List<float[]> vectors =
        embedder.embed(
            List.of(
                "The customer pays late",
                "An unpaid overdue invoice",
                "A recipe for apple pie",
                ""));
    assertThat(vectors)
        .allSatisfy(
            vector -> {
              assertThat(vector).hasSize(embedder.dimensions());
              assertThat(cosine(vector, vector)).isBetween(0.999, 1.001);
            });
    assertThat(cosine(vectors.get(0), vectors.get(1)))
        .isGreaterThan(cosine(vectors.get(0), vectors.get(2)) + 0.2);
  }
}
