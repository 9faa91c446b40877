/** The only composition root: commands, and the one place where the stages are put together. */
@org.jspecify.annotations.NullMarked
package dev.spoor.app;
