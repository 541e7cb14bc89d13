package ai.ipai.pipelines.run;

import ai.ipai.pipelines.PipelineErrors;
import ai.ipai.pipelines.project.Node;
import ai.ipai.postgres.Database;
import ai.ipai.spi.error.IpaiException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Runs nodes as soon as what they read is done, on a few workers with a connection each. What reads
 * a failed node is skipped; everything else goes on.
 */
final class BuildLoop {
  private final Database database;
  private final NodeRunner.Shared shared;
  private final Map<String, Integer> waiting = new HashMap<>();
  private final Deque<String> ready = new ArrayDeque<>();
  private final Map<String, String> skipped = new HashMap<>();
  private final List<NodeResult> results = new ArrayList<>();
  private final BlockingQueue<Finished> finished = new LinkedBlockingQueue<>();

  /** A worker's answer: a result, or what it did not expect. */
  private record Finished(Worker worker, @Nullable NodeResult result, @Nullable Throwable fault) {
    NodeResult get() {
      if (result != null) {
        return result;
      }
      if (fault instanceof Error error) {
        throw error;
      }
      throw fault instanceof RuntimeException defect
          ? defect
          : new IllegalStateException("a worker ended without a result", fault);
    }
  }

  BuildLoop(Database database, NodeRunner.Shared shared) {
    this.database = database;
    this.shared = shared;
  }

  BuildReport run() {
    Instant started = Instant.now();
    RunPlan plan = shared.plan();
    for (String id : plan.order()) {
      int parents = plan.graph().parents(id).size();
      waiting.put(id, parents);
      if (parents == 0) {
        ready.add(id);
      }
    }
    List<Worker> workers = new ArrayList<>();
    Deque<Worker> idle = new ArrayDeque<>();
    try {
      int running = 0;
      while (!ready.isEmpty() || running > 0) {
        if (!ready.isEmpty()) {
          awaitRoom();
        }
        while (!ready.isEmpty()
            && (!idle.isEmpty() || workers.size() < shared.options().threads())) {
          Node node = shared.project().node(ready.remove());
          String because = skipped.get(node.uniqueId());
          if (because != null) {
            end(NodeResult.without(node, NodeStatus.SKIPPED, because));
            continue;
          }
          if (idle.isEmpty()) {
            Worker worker =
                new Worker(new BuildSession(database, shared.options().statementTimeout()));
            workers.add(worker);
            idle.add(worker);
          }
          idle.remove().start(node);
          running++;
        }
        if (running > 0) {
          Finished one = finished.take();
          running--;
          idle.add(one.worker());
          end(one.get());
        }
      }
    } catch (InterruptedException cancelled) {
      Thread.currentThread().interrupt();
      throw new IpaiException(PipelineErrors.CANCELLED, "the build was cancelled", cancelled)
          .hint("Run it again: what was published stays, and is not built again.");
    } finally {
      workers.forEach(Worker::stop);
    }
    return new BuildReport(
        shared.settings().invocation(), started, Duration.between(started, Instant.now()), results);
  }

  /** What is being built is finished; nothing new begins while a disk is nearly full. */
  private void awaitRoom() throws InterruptedException {
    boolean waited =
        database
            .disk()
            .awaitRoom(
                () -> false,
                status ->
                    shared
                        .listener()
                        .message("the build waits: " + status.text() + "; it goes on by itself"));
    if (waited) {
      shared.listener().message("there is room again: the build goes on");
    }
  }

  private void end(NodeResult result) {
    results.add(result);
    shared.listener().finished(result);
    String id = result.node().uniqueId();
    boolean blocks = result.status() == NodeStatus.FAILED || result.status() == NodeStatus.SKIPPED;
    Set<String> children = shared.plan().graph().children(id);
    for (String child : children) {
      if (blocks) {
        skipped.putIfAbsent(
            child,
            result.node().name()
                + (result.status() == NodeStatus.FAILED ? " failed" : " was skipped"));
      }
      if (waiting.merge(child, -1, Integer::sum) == 0) {
        ready.add(child);
      }
    }
  }

  /** One connection, and one thread while it works. */
  private final class Worker {
    private final BuildSession session;

    Worker(BuildSession session) {
      this.session = session;
    }

    void start(Node node) {
      Thread.ofVirtual()
          .name("build " + node.name())
          .start(
              () -> {
                try {
                  finished.add(new Finished(this, new NodeRunner(shared).run(node, session), null));
                } catch (Throwable fault) { // nobody else would ever hear of it
                  finished.add(new Finished(this, null, fault));
                }
              });
    }

    /** Cancels what still runs and closes. */
    void stop() {
      session.abort();
    }
  }
}
