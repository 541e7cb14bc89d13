/** Figures for Prometheus, and the access log. */
@NullMarked
package ai.ipai.server.metric;

import org.jspecify.annotations.NullMarked;
