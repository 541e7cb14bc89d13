package ai.ipai.pipelines.run;

import ai.ipai.pipelines.project.Node;

/** Told of progress, from several threads. It must be quick and must not throw. */
public interface BuildListener {
  BuildListener NONE = new BuildListener() {};

  /** Once, before anything runs. */
  default void planned(int nodes) {}

  /** A node is being built, and why. */
  default void started(Node node, String reason) {}

  /** A node has ended, in whatever way. */
  default void finished(NodeResult result) {}

  /** A template said something with {@code log(…, info=True)}. */
  default void message(String text) {}
}
