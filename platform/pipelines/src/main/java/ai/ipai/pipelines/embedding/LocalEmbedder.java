package ai.ipai.pipelines.embedding;

import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.spi.error.IpaiException;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * all-MiniLM-L6-v2, quantized, inside the process: no network. Loaded when it is first asked, once.
 * It reads about 256 word pieces of a text.
 */
public final class LocalEmbedder implements TextEmbedder {
  private static final int DIMENSIONS = 384;
  private static final ReentrantLock LOADING = new ReentrantLock();
  private static @Nullable EmbeddingModel shared;

  @Override
  public String name() {
    return "all-minilm-l6-v2-q";
  }

  @Override
  public int dimensions() {
    return DIMENSIONS;
  }

  @Override
  public List<float[]> embed(List<String> texts) {
    EmbeddingModel model = model();
    List<float[]> vectors = new ArrayList<>(texts.size());
    for (String text : texts) {
      // One by one: the batch of the library would start a thread pool of its own for each call.
      Embedding embedding = model.embed(TextSegment.from(text.isBlank() ? "." : text)).content();
      vectors.add(UnitVectors.normalized(embedding.vector()));
    }
    return vectors;
  }

  private static EmbeddingModel model() {
    LOADING.lock();
    try {
      EmbeddingModel model = shared;
      if (model == null) {
        model = new AllMiniLmL6V2QuantizedEmbeddingModel(Runnable::run);
        shared = model;
      }
      return model;
    } catch (LinkageError | RuntimeException failed) {
      throw new IpaiException(
              PipelineErrors.EMBEDDING,
              "the embedding model could not be loaded on this platform",
              failed)
          .hint("It runs on Linux, macOS and Windows on x86-64 and ARM64 with glibc.");
    } finally {
      LOADING.unlock();
    }
  }
}
