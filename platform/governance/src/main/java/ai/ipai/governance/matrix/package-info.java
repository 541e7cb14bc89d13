/**
 * The permission matrix: what the policies say each caller may do with each row and column, worked
 * out from the rules alone, and executed on a real database through every door.
 */
@NullMarked
package ai.ipai.governance.matrix;

import org.jspecify.annotations.NullMarked;
