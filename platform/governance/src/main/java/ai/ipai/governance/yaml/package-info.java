/**
 * Declared files as trees that remember where each node stands, readers that collect every fault
 * instead of stopping at the first, and the faults themselves. Knows nothing of what the files
 * mean.
 */
@NullMarked
package ai.ipai.governance.yaml;

import org.jspecify.annotations.NullMarked;
