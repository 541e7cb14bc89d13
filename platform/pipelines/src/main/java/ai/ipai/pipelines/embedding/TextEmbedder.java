package ai.ipai.pipelines.embedding;

import java.util.List;

/** Turns texts into unit vectors. Safe for threads. */
public interface TextEmbedder {
  /** Identifies model and version: vectors of different names are not comparable. */
  String name();

  int dimensions();

  /** One unit vector a text, in order. */
  List<float[]> embed(List<String> texts);
}
