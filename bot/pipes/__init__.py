"""The screens of the pipeline editor: what each shows, and the data that its buttons carry. Handlers are features."""
