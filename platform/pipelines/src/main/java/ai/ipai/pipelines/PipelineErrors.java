package ai.ipai.pipelines;

import static ai.ipai.spi.error.ErrorKind.CALLER;
import static ai.ipai.spi.error.ErrorKind.CONFLICT;
import static ai.ipai.spi.error.ErrorKind.DEFECT;
import static ai.ipai.spi.error.ErrorKind.UPSTREAM;

import ai.ipai.spi.error.ErrorCode;

/** What can go wrong with projects and builds: PIP-001 to PIP-099. Append only. */
public final class PipelineErrors {
  public static final ErrorCode PROJECT_FAULTY = ErrorCode.of("PIP-001", "PROJECT_FAULTY", CALLER);
  public static final ErrorCode NO_PROJECT = ErrorCode.of("PIP-002", "NO_PROJECT", CALLER);
  public static final ErrorCode TEMPLATE = ErrorCode.of("PIP-003", "TEMPLATE", CALLER);
  public static final ErrorCode UNKNOWN_REF = ErrorCode.of("PIP-004", "UNKNOWN_REF", CALLER);
  public static final ErrorCode UNKNOWN_SOURCE = ErrorCode.of("PIP-005", "UNKNOWN_SOURCE", CALLER);
  public static final ErrorCode DUPLICATE_NAME = ErrorCode.of("PIP-006", "DUPLICATE_NAME", CALLER);
  public static final ErrorCode CYCLE = ErrorCode.of("PIP-007", "CYCLE", CALLER);
  public static final ErrorCode UNKNOWN_TEST = ErrorCode.of("PIP-008", "UNKNOWN_TEST", CALLER);
  public static final ErrorCode BAD_CONFIG = ErrorCode.of("PIP-009", "BAD_CONFIG", CALLER);
  public static final ErrorCode BAD_EXPECTATION =
      ErrorCode.of("PIP-010", "BAD_EXPECTATION", CALLER);
  public static final ErrorCode BAD_SELECTION = ErrorCode.of("PIP-011", "BAD_SELECTION", CALLER);
  public static final ErrorCode BAD_SCHEMA = ErrorCode.of("PIP-012", "BAD_SCHEMA", CALLER);
  public static final ErrorCode BAD_SEED = ErrorCode.of("PIP-013", "BAD_SEED", CALLER);
  public static final ErrorCode UNKNOWN_NODE = ErrorCode.of("PIP-014", "UNKNOWN_NODE", CALLER);
  public static final ErrorCode MISSING_VARIABLE =
      ErrorCode.of("PIP-015", "MISSING_VARIABLE", CALLER);
  public static final ErrorCode MODEL_SQL = ErrorCode.of("PIP-020", "MODEL_SQL", CALLER);
  public static final ErrorCode GATE_FAILED = ErrorCode.of("PIP-021", "GATE_FAILED", CALLER);
  public static final ErrorCode TEST_SQL = ErrorCode.of("PIP-022", "TEST_SQL", CALLER);
  public static final ErrorCode BUSY = ErrorCode.of("PIP-023", "BUSY", CONFLICT);
  public static final ErrorCode DATABASE = ErrorCode.of("PIP-024", "DATABASE", UPSTREAM);
  public static final ErrorCode CANCELLED = ErrorCode.of("PIP-025", "CANCELLED", CONFLICT);
  public static final ErrorCode EMBEDDING = ErrorCode.of("PIP-030", "EMBEDDING", DEFECT);
  public static final ErrorCode NO_EMBEDDING = ErrorCode.of("PIP-031", "NO_EMBEDDING", CALLER);

  private PipelineErrors() {}
}
