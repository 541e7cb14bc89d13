/** Traces for OpenTelemetry. */
@NullMarked
package ai.ipai.server.trace;

import org.jspecify.annotations.NullMarked;
